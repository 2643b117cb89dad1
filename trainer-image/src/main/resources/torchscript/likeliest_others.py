  # The likeliest classes other than y, [N, count].
  def likeliest_others(self: $SELF,
    x: Tensor,
    y: Tensor,
    count: int) -> Tensor:
    logits = torch.scatter(self.forward(x, ), 1, torch.unsqueeze(y, 1), -3.4e38)
    return (torch.topk(logits, count, 1))[1]
