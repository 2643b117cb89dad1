  # One loss per example, to be raised by an attack: 0 cross entropy, 1 DLR, 2 targeted DLR, 3 targeted cross
  # entropy, 4 difference of the target's logit, 5 cross entropy of the logits rescaled to margin 1,
  # 6 cross entropy without cancellation: log(1 + the sum of exp(z_j - z_y)) over the other classes j.
  def example_losses(self: $SELF,
    logits: Tensor,
    y: Tensor,
    targets: Tensor,
    loss: int) -> Tensor:
    if loss == 0:
      return torch.cross_entropy_loss(logits, y, None, 0)
    if loss == 3:
      return torch.neg(torch.cross_entropy_loss(logits, targets, None, 0))
    z_y = torch.squeeze(torch.gather(logits, 1, torch.unsqueeze(y, 1)), 1)
    z_t = torch.squeeze(torch.gather(logits, 1, torch.unsqueeze(targets, 1)), 1)
    if loss == 4:
      return torch.sub(z_t, z_y)
    if loss == 6:
      differences = torch.sub(logits, torch.unsqueeze(z_y, 1))
      others = torch.scatter(differences, 1, torch.unsqueeze(y, 1), -float("inf"))
      return torch.softplus(torch.logsumexp(others, [1]))
    if loss == 5:
      best, classes = torch.topk(torch.detach(logits), 2, 1)
      first = torch.eq(torch.select(classes, 1, 0), y)
      margin = torch.sub(z_y, torch.where(first, torch.select(best, 1, 1), torch.select(best, 1, 0)))
      scale = torch.clamp(torch.abs(torch.detach(margin)), 1e-12)
      return torch.cross_entropy_loss(torch.div(logits, torch.unsqueeze(scale, 1)), y, None, 0)
    top, order = torch.sort(logits, 1, True)
    if loss == 1:
      right = torch.eq(torch.select(order, 1, 0), y)
      other = torch.where(right, torch.select(top, 1, 1), torch.select(top, 1, 0))
      return torch.neg(z_y - other) / (torch.select(top, 1, 0) - torch.select(top, 1, 2) + 1e-12)
    low = (torch.select(top, 1, 2) + torch.select(top, 1, 3)) * 0.5
    return torch.neg(z_y - z_t) / (torch.select(top, 1, 0) - low + 1e-12)
