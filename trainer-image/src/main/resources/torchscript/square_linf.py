  # One square a channel goes to the other side of the budget.
  def square_candidate_linf(self: $SELF,
    region: List[Tensor],
    x: Tensor,
    draws: Tensor,
    pattern: Tensor,
    eps: float,
    lo: float,
    hi: float) -> Tensor:
    size = torch.size(pattern, 0)
    down = self.square_offsets(torch.select(draws, 1, 0), torch.size(x, 2), size, )
    along = self.square_offsets(torch.select(draws, 1, 1), torch.size(x, 3), size, )
    window = self.square_window(down, along, size, )
    change = torch.mul(window, self.square_signs(torch.slice(draws, 1, 5), ))
    return self.project_linf(region, torch.add(x, change, alpha=torch.mul(eps, 2.)), eps, lo, hi, )
