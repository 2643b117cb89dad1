  # The mean cross entropy of a batch and its gradients, one a parameter.
  def cross_entropy(self: $SELF,
    x: Tensor,
    y: Tensor) -> Tuple[Tensor, List[Tensor]]:
    loss = torch.cross_entropy_loss(self.forward(x, ), y)
    return (torch.detach(loss), self.parameter_gradients(loss, ))
