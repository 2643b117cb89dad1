  # One step of DeepFool: where x is still given the class y, the sum of steps grows by the one that leads just across the nearest
  # of the linearised boundaries to the candidates, and x becomes x0 plus a little more than the sum, within the range; both in
  # place. One backward pass for each candidate. Returns [N]: 1 where x was still given y before the step.
  def deepfool_step_$NORM(self: $SELF,
    x0: Tensor,
    y: Tensor,
    candidates: Tensor,
    x: Tensor,
    sum: Tensor,
    overshoot: float,
    lo: float,
    hi: float) -> Tensor:
    xi = torch.requires_grad_(torch.detach(x))
    logits = self.forward(xi, )
    own = torch.squeeze(torch.gather(logits, 1, torch.unsqueeze(y, 1)), 1)
    least = torch.full_like(torch.detach(own), 3.4e38)
    slope = torch.zeros_like(x)
    for k in range(torch.size(candidates, 1)):
      f = torch.sub(torch.squeeze(torch.gather(logits, 1, torch.slice(candidates, 1, k, torch.add(k, 1))), 1), own)
      gradient = (torch.autograd.grad([torch.sum(f)], [xi], None, True))[0]
      g = unchecked_cast(Tensor, gradient)
      away = torch.div(torch.abs(torch.detach(f)), torch.add(self.dual_length_$NORM(g, ), 1e-8))
      nearer = torch.lt(away, least)
      least = torch.where(nearer, away, least)
      slope = torch.where(self.per_example(nearer, x, ), g, slope)
    still = torch.to(torch.eq(torch.argmax(torch.detach(logits), 1), y), 6)
    length = self.per_example(torch.mul(torch.add(least, 1e-4), still), x, )
    torch.add_(sum, torch.mul(self.direction_$NORM(slope, ), length))
    torch.copy_(x, torch.clamp_(torch.add(x0, sum, alpha=torch.add(1., overshoot)), lo, hi))
    return still
  # Into the budget, in place.
  def into_budget_$NORM(self: $SELF,
    x0: Tensor,
    x: Tensor,
    eps: float,
    lo: float,
    hi: float) -> NoneType:
    self.project_$NORM(self.region_$NORM(x0, eps, lo, hi, ), x, eps, lo, hi, )
    return None
