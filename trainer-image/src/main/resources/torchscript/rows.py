  # All but the first rows.
  def rows_from(self: $SELF,
    x: Tensor,
    first: int) -> Tensor:
    return torch.contiguous(torch.slice(x, 0, first))
  # The first rows of one tensor, then all of another.
  def rows_before(self: $SELF,
    x: Tensor,
    first: int,
    others: Tensor) -> Tensor:
    return torch.cat([torch.slice(x, 0, 0, first), others])
  # Some rows of the target are set, in place.
  def put_rows(self: $SELF,
    target: Tensor,
    index: Tensor,
    rows: Tensor) -> NoneType:
    torch.index_copy_(target, 0, index, rows)
    return None
