  # KL(p || q) of each example, from the logarithms of both.
  def divergence(self: $SELF,
    log_p: Tensor,
    log_q: Tensor) -> Tensor:
    return torch.sum(torch.mul(torch.exp(log_p), torch.sub(log_p, log_q)), [1])
  # [N, classes]
  def probabilities(self: $SELF,
    x: Tensor) -> Tensor:
    return torch.softmax(self.forward(x, ), 1)
