  # Where x is misclassified: keeps it if it is the nearest so far, and goes back towards the example. All in place.
  def fab_keep_$NORM(self: $SELF,
    x0: Tensor,
    y: Tensor,
    x: Tensor,
    x_best: Tensor,
    best: Tensor,
    back: float) -> NoneType:
    wrong = torch.ne(torch.argmax(self.forward(x, ), 1), y)
    distance = self.distance_$NORM(x0, x, )
    nearer = torch.logical_and(wrong, torch.lt(distance, best))
    torch.where(self.per_example(nearer, x, ), x, x_best, out=x_best)
    torch.where(nearer, distance, best, out=best)
    inward = torch.add(x0, torch.sub(x, x0), alpha=back)
    torch.where(self.per_example(wrong, x, ), inward, x, out=x)
    return None
