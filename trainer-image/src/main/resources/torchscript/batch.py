  # Dimensions of one example: all but the first.
  def example_dims(self: $SELF,
    x: Tensor) -> List[int]:
    dims = annotate(List[int], [])
    for i in range(1, torch.dim(x)):
      torch.append(dims, i)
    return dims
  # [N] as [N, 1, ...], to be combined with x.
  def per_example(self: $SELF,
    v: Tensor,
    x: Tensor) -> Tensor:
    for i in range(1, torch.dim(x)):
      v = torch.unsqueeze(v, -1)
    return v
  # Some examples of each tensor.
  def select(self: $SELF,
    tensors: List[Tensor],
    index: Tensor) -> List[Tensor]:
    selected = annotate(List[Tensor], [])
    for t in tensors:
      torch.append(selected, torch.index_select(t, 0, index))
    return selected
