  # One step of Auto-PGD from x. The new point is written over x_prev, the caller swaps the two. Also changed in place: the
  # best point with its gradient and loss and, if kept, x_adv, the latest misclassified point. Returns [3, N] (loss at the
  # new point, best loss, 1 where the new point is misclassified) and the gradient there.
  def apgd_step_$NORM(self: $SELF,
    region: List[Tensor],
    y: Tensor,
    targets: Tensor,
    x: Tensor,
    x_prev: Tensor,
    g: Tensor,
    x_best: Tensor,
    g_best: Tensor,
    loss_best: Tensor,
    x_adv: Tensor,
    keep_adv: bool,
    step: Tensor,
    loss: int,
    passes: int,
    momentum: float,
    eps: float,
    lo: float,
    hi: float) -> Tuple[Tensor, Tensor]:
    ahead = torch.mul_(self.direction_$NORM(g, ), self.per_example(step, x, ))
    z = self.project_$NORM(region, torch.add_(ahead, x), eps, lo, hi, )
    # x + momentum (z - x) + (1 - momentum) (x - x_prev)
    moved = torch.add_(torch.mul_(torch.sub_(x_prev, x), momentum - 1.0), x)
    moved = torch.add_(moved, torch.sub_(z, x), alpha=momentum)
    x_new = self.project_$NORM(region, moved, eps, lo, hi, )
    logits, losses, g_new, = self.mean_loss_gradient(x_new, y, targets, loss, passes, )
    wrong = torch.ne(torch.argmax(logits, 1), y)
    if keep_adv:
      torch.where(self.per_example(wrong, x, ), x_new, x_adv, out=x_adv)
    better = self.per_example(torch.gt(losses, loss_best), x, )
    torch.where(better, x_new, x_best, out=x_best)
    torch.where(better, g_new, g_best, out=g_best)
    torch.copy_(loss_best, torch.maximum(losses, loss_best))
    return (torch.stack([losses, loss_best, torch.to(wrong, 6)]), g_new)
