  def parameters(self: $SELF) -> List[Tensor]:
    return annotate(List[Tensor], [$PARAMETERS])
  def buffers(self: $SELF) -> List[Tensor]:
    return annotate(List[Tensor], [$BUFFERS])
  def set_requires_grad(self: $SELF,
    value: bool) -> NoneType:
    for p in self.parameters():
      torch.requires_grad_(p, value)
    return None
  def assign(self: $SELF,
    target: List[Tensor],
    source: List[Tensor]) -> NoneType:
    torch._foreach_copy_(target, source)
    return None
  # A copy in another type, by its number.
  def converted(self: $SELF,
    tensor: Tensor,
    type: int) -> Tensor:
    return torch.to(torch.detach(tensor), type)
  # With the parameters' layout in memory.
  def zeros_like_parameters(self: $SELF) -> List[Tensor]:
    zeros = annotate(List[Tensor], [])
    for p in self.parameters():
      torch.append(zeros, torch.zeros_like(p))
    return zeros
  def copies(self: $SELF,
    tensors: List[Tensor]) -> List[Tensor]:
    copies = annotate(List[Tensor], [])
    for tensor in tensors:
      torch.append(copies, torch.clone(torch.detach(tensor)))
    return copies
