  # Back to the best point where chosen (1); in place.
  def apgd_return(self: $SELF,
    chosen: Tensor,
    x: Tensor,
    g: Tensor,
    x_best: Tensor,
    g_best: Tensor) -> NoneType:
    back = self.per_example(torch.gt(chosen, 0), x, )
    torch.where(back, x_best, x, out=x)
    torch.where(back, g_best, g, out=g)
    return None
