  # One step of AdamW on some parameters, to be run without autograd. gradients, means, squares: one tensor each, the latter two
  # changed in place; step: the number of steps with this one.
  def adamw_step(self: $SELF,
    parameters: List[Tensor],
    gradients: List[Tensor],
    means: List[Tensor],
    squares: List[Tensor],
    step: Tensor,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    weight_decay: float) -> NoneType:
    steps = annotate(List[Tensor], [])
    for gradient in gradients:
      torch.append(steps, step)
    unused = annotate(List[Tensor], [])
    torch._fused_adamw_(parameters, gradients, means, squares, unused, steps, lr=learning_rate, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=epsilon, amsgrad=False, maximize=False)
    return None
