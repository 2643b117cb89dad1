  # One step of Auto-PGD. Changed in place: x, x_prev, g (at x), the best point with its gradient and loss, and x_adv, the
  # latest misclassified point. Returns [3, N]: loss at the new x, best loss, 1 where the new x is misclassified.
  def apgd_step_$NORM(self: $SELF,
    x0: Tensor,
    y: Tensor,
    targets: Tensor,
    x: Tensor,
    x_prev: Tensor,
    g: Tensor,
    x_best: Tensor,
    g_best: Tensor,
    loss_best: Tensor,
    x_adv: Tensor,
    step: Tensor,
    loss: int,
    momentum: float,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    ahead = torch.mul(self.direction_$NORM(g, ), self.per_example(step, x, ))
    z = self.project_$NORM(x0, torch.add_(ahead, x), eps, lo, hi, )
    moved = torch.add(x, torch.sub(z, x), alpha=momentum)
    moved = torch.add_(moved, torch.sub(x, x_prev), alpha=1.0 - momentum)
    torch.copy_(x_prev, x)
    torch.copy_(x, self.project_$NORM(x0, moved, eps, lo, hi, ))
    logits, losses, g_new, = self.loss_gradient(x, y, targets, loss, )
    torch.copy_(g, g_new)
    wrong = torch.ne(torch.argmax(logits, 1), y)
    torch.copy_(x_adv, torch.where(self.per_example(wrong, x, ), x, x_adv))
    better = self.per_example(torch.gt(losses, loss_best), x, )
    torch.copy_(x_best, torch.where(better, x, x_best))
    torch.copy_(g_best, torch.where(better, g, g_best))
    torch.copy_(loss_best, torch.maximum(losses, loss_best))
    return torch.stack([losses, loss_best, torch.to(wrong, 6)])
