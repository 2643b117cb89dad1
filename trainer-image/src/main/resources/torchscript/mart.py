  # MART, Wang et al. 2020 (ICLR): boosted cross entropy of the adversarial examples, and how far the prediction moves, weighted by
  # how unsure it is of the right class; for several lists of adversarial examples, the mean over them. Loss and gradients.
  def mart(self: $SELF,
    x: Tensor,
    adversarial: List[Tensor],
    y: Tensor,
    beta: float) -> Tuple[Tensor, List[Tensor]]:
    label = torch.unsqueeze(y, 1)
    log_p = torch.log_softmax(self.forward(x, ), 1)
    unsure = torch.rsub(torch.exp(torch.squeeze(torch.gather(log_p, 1, label), 1)), 1)
    losses = annotate(List[Tensor], [])
    for example in adversarial:
      log_q = torch.log_softmax(self.forward(example, ), 1)
      wrong = torch.argmax(torch.scatter(torch.detach(log_q), 1, label, -float("inf")), 1, True)
      # 1 less the likeliest wrong class's share is the sum of all others: its logarithm without cancellation.
      others = torch.logsumexp(torch.scatter(log_q, 1, wrong, -float("inf")), [1])
      boosted = torch.neg(torch.add(torch.squeeze(torch.gather(log_q, 1, label), 1), others))
      moved = torch.mul(self.divergence(log_p, log_q, ), unsure)
      torch.append(losses, torch.mean(torch.add(boosted, moved, alpha=beta)))
    loss = torch.mean(torch.stack(losses))
    return (torch.detach(loss), self.parameter_gradients(loss, ))
