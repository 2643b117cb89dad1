  # Cross entropy, the mean over the batch and over the lists of examples: each list has one for each label.
  def mean_cross_entropy(self: $SELF,
    examples: List[Tensor],
    y: Tensor,
    smoothing: float) -> Tensor:
    losses = annotate(List[Tensor], [])
    for x in examples:
      torch.append(losses, torch.cross_entropy_loss(self.forward(x, ), y, None, 1, -100, smoothing))
    return torch.mean(torch.stack(losses))
  # That and its gradients, one a parameter.
  def cross_entropy(self: $SELF,
    examples: List[Tensor],
    y: Tensor,
    smoothing: float) -> Tuple[Tensor, List[Tensor]]:
    loss = self.mean_cross_entropy(examples, y, smoothing, )
    return (torch.detach(loss), self.parameter_gradients(loss, ))
