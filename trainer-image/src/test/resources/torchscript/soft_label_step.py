  # One step of SGD on the cross entropy with soft labels at a temperature, times the temperature: so steps are as long as
  # at 1. Gradients are clipped to the length 1, or the large logits that a high temperature asks for kill the ReLUs.
  # Returns the loss.
  def soft_label_step(self: $SELF,
    x: Tensor,
    soft: Tensor,
    momenta: List[Tensor],
    learning_rate: float,
    temperature: float) -> Tensor:
    parameters = self.parameters()
    shares = torch.log_softmax(torch.div(self.forward(x, ), temperature), 1)
    loss = torch.mul(torch.neg(torch.mean(torch.sum(torch.mul(soft, shares), [1]))), temperature)
    gradients = annotate(List[Tensor], [])
    for gradient in torch.autograd.grad([loss], parameters):
      torch.append(gradients, torch.contiguous(unchecked_cast(Tensor, gradient)))
    length = torch.zeros_like(loss)
    for gradient in gradients:
      length = length + torch.sum(gradient * gradient)
    clipped = annotate(List[Tensor], [])
    for gradient in gradients:
      torch.append(clipped, gradient / torch.clamp_min(torch.sqrt(length), 1.0))
    values = annotate(List[Tensor], [])
    for parameter in parameters:
      torch.append(values, torch.detach(parameter))
    torch._fused_sgd_(values, clipped, momenta, weight_decay=0.0, momentum=0.9, lr=learning_rate, dampening=0.0, nesterov=True, maximize=False, is_first_step=False)
    return torch.div(torch.detach(loss), temperature)
  # [N, classes]: what a teacher says at a temperature.
  def soft_labels(self: $SELF,
    x: Tensor,
    temperature: float) -> Tensor:
    return torch.softmax(torch.div(self.forward(x, ), temperature), 1)
