  # One step of AdamW, to be run without autograd. means, squares: one tensor a parameter; with step, the number of steps done, they
  # are changed in place.
  def adamw_step(self: $SELF,
    gradients: List[Tensor],
    means: List[Tensor],
    squares: List[Tensor],
    step: Tensor,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    weight_decay: float) -> NoneType:
    torch.add_(step, 1)
    steps = annotate(List[Tensor], [])
    for gradient in gradients:
      torch.append(steps, step)
    unused = annotate(List[Tensor], [])
    torch._fused_adamw_(self.parameters(), gradients, means, squares, unused, steps, lr=learning_rate, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=epsilon, amsgrad=False, maximize=False)
    return None
