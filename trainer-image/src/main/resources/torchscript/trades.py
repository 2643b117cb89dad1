  # TRADES, Zhang et al. 2019, arXiv:1901.08573: cross entropy of the examples, and how far the prediction moves from there to
  # the adversarial ones; for several lists of these, the mean over them. Loss and gradients.
  def trades(self: $SELF,
    x: Tensor,
    adversarial: List[Tensor],
    y: Tensor,
    beta: float,
    smoothing: float) -> Tuple[Tensor, List[Tensor]]:
    logits = self.forward(x, )
    log_p = torch.log_softmax(logits, 1)
    moved = annotate(List[Tensor], [])
    for example in adversarial:
      torch.append(moved, torch.mean(self.divergence(log_p, torch.log_softmax(self.forward(example, ), 1), )))
    natural = torch.cross_entropy_loss(logits, y, None, 1, -100, smoothing)
    loss = torch.add(natural, torch.mean(torch.stack(moved)), alpha=beta)
    return (torch.detach(loss), self.parameter_gradients(loss, ))
