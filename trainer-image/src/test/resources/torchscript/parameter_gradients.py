  # Gradients of the mean cross entropy, one a parameter.
  def parameter_gradients(self: $SELF,
    x: Tensor,
    y: Tensor) -> List[Tensor]:
    loss = torch.cross_entropy_loss(self.forward(x, ), y)
    gradients = annotate(List[Tensor], [])
    for gradient in torch.autograd.grad([loss], self.parameters()):
      torch.append(gradients, unchecked_cast(Tensor, gradient))
    return gradients
