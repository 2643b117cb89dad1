  # One step of SGD on the mean cross entropy. momenta: one tensor a parameter, changed in place; none where momentum is
  # 0. Returns the loss.
  def train_step(self: $SELF,
    x: Tensor,
    y: Tensor,
    momenta: List[Tensor],
    learning_rate: float,
    momentum: float,
    weight_decay: float,
    nesterov: bool) -> Tensor:
    parameters = self.parameters()
    loss = torch.cross_entropy_loss(self.forward(x, ), y)
    gradients = annotate(List[Tensor], [])
    # The fused step reads memory as it lies: a gradient in another layout would meet the wrong elements.
    for gradient in torch.autograd.grad([loss], parameters):
      torch.append(gradients, torch.contiguous(unchecked_cast(Tensor, gradient)))
    # Autograd refuses to see a parameter changed in place; a detached one shares its memory.
    values = annotate(List[Tensor], [])
    for parameter in parameters:
      torch.append(values, torch.detach(parameter))
    torch._fused_sgd_(values, gradients, momenta, weight_decay=weight_decay, momentum=momentum, lr=learning_rate, dampening=0.0, nesterov=nesterov, maximize=False, is_first_step=False)
    return torch.detach(loss)
