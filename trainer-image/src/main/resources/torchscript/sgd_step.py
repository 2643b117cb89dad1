  # One step of SGD, to be run without autograd. momenta: one tensor a parameter, changed in place; none where momentum is 0.
  def sgd_step(self: $SELF,
    gradients: List[Tensor],
    momenta: List[Tensor],
    learning_rate: float,
    momentum: float,
    weight_decay: float,
    nesterov: bool) -> NoneType:
    torch._fused_sgd_(self.parameters(), gradients, momenta, weight_decay=weight_decay, momentum=momentum, lr=learning_rate, dampening=0.0, nesterov=nesterov, maximize=False, is_first_step=False)
    return None
