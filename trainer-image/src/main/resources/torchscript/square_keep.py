  # Keeps a candidate where it lowers the margin or is misclassified; x and margin are changed in place. Returns [2, N]:
  # the candidate's margin, 1 where it is misclassified.
  def square_keep(self: $SELF,
    y: Tensor,
    candidate: Tensor,
    x: Tensor,
    margin: Tensor) -> Tensor:
    logits = self.forward(candidate, )
    z_y = torch.squeeze(torch.gather(logits, 1, torch.unsqueeze(y, 1)), 1)
    top, order = torch.topk(logits, 2, 1)
    right = torch.eq(torch.select(order, 1, 0), y)
    found = torch.sub(z_y, torch.where(right, torch.select(top, 1, 1), torch.select(top, 1, 0)))
    kept = torch.logical_or(torch.lt(found, margin), torch.le(found, 0))
    torch.where(self.per_example(kept, x, ), candidate, x, out=x)
    torch.where(kept, torch.minimum(found, margin), margin, out=margin)
    return torch.stack([found, torch.to(torch.ne(torch.argmax(logits, 1), y), 6)])
