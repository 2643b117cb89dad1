  # Where each place along an axis of the given length lies in a window of the given size, counted from its start; [N, length].
  # u in [0, 1) says where each window starts; as in the authors' code never at the last place.
  def square_offsets(self: $SELF,
    u: Tensor,
    length: int,
    size: int) -> Tensor:
    start = torch.floor(torch.mul(u, length - size))
    return torch.sub(torch.unsqueeze(torch.arange(length), 0), torch.unsqueeze(start, 1))
  # 1 within, [N, 1, H, W].
  def square_window(self: $SELF,
    down: Tensor,
    along: Tensor,
    size: int) -> Tensor:
    rows = torch.logical_and(torch.ge(down, 0), torch.lt(down, size))
    columns = torch.logical_and(torch.ge(along, 0), torch.lt(along, size))
    inside = torch.logical_and(torch.unsqueeze(rows, 2), torch.unsqueeze(columns, 1))
    return torch.to(torch.unsqueeze(inside, 1), 6)
  # 1 or -1 for each channel, [N, C, 1, 1].
  def square_signs(self: $SELF,
    u: Tensor) -> Tensor:
    signs = torch.sub(torch.mul(torch.to(torch.ge(u, 0.5), 6), 2), 1)
    return torch.unsqueeze(torch.unsqueeze(signs, 2), 3)
