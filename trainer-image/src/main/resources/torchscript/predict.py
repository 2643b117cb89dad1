  # [2, N] in float64: predicted class, 1 where every logit is finite.
  def predict(self: $SELF,
    x: Tensor) -> Tensor:
    logits = self.forward(x, )
    finite = torch.all(torch.isfinite(logits), 1)
    return torch.stack([torch.to(torch.argmax(logits, 1), 7), torch.to(finite, 7)])
