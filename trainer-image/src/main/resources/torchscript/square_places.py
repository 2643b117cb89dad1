  # Where the windows whose first places are given lie in an image's plane, [N, C, K]. offsets: of the window's K places.
  def square_places(self: $SELF,
    first: Tensor,
    offsets: Tensor,
    channels: int) -> Tensor:
    return torch.expand(torch.unsqueeze(torch.add(torch.unsqueeze(first, 1), offsets), 1), [-1, channels, -1])
