  # One step of SGD on some parameters, to be run without autograd. gradients, momenta: one tensor each, the latter changed in place;
  # no momenta where momentum is 0.
  def sgd_step(self: $SELF,
    parameters: List[Tensor],
    gradients: List[Tensor],
    momenta: List[Tensor],
    learning_rate: float,
    momentum: float,
    weight_decay: float,
    nesterov: bool) -> NoneType:
    torch._fused_sgd_(parameters, gradients, momenta, weight_decay=weight_decay, momentum=momentum, lr=learning_rate, dampening=0.0, nesterov=nesterov, maximize=False, is_first_step=False)
    return None
