  # For each example the candidate with the highest loss: cross entropy, or the divergence from the prediction for x. Where equal,
  # the first.
  def harder(self: $SELF,
    x: Tensor,
    candidates: List[Tensor],
    y: Tensor,
    from_clean: bool) -> Tensor:
    log_p = torch.new_zeros(x, [1, 1])
    if from_clean:
      log_p = torch.log_softmax(self.forward(x, ), 1)
    found = candidates[0]
    most = torch.new_full(x, [torch.size(x, 0)], -3.4e38)
    for candidate in candidates:
      log_q = torch.log_softmax(self.forward(candidate, ), 1)
      if from_clean:
        loss = self.divergence(log_p, log_q, )
      else:
        loss = torch.neg(torch.squeeze(torch.gather(log_q, 1, torch.unsqueeze(y, 1)), 1))
      chosen = torch.gt(loss, most)
      found = torch.where(self.per_example(chosen, found, ), candidate, found)
      most = torch.where(chosen, loss, most)
    return found
