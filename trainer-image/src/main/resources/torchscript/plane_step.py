  # From t, the least step to where w . step = r that stays within the range; where none gets there, the one that comes
  # closest. Values move at their own speed until each meets its bound, all for one time. t, w, speed: [N, D]; r: [N].
  def plane_step(self: $SELF,
    t: Tensor,
    w: Tensor,
    r: Tensor,
    speed: Tensor,
    lo: float,
    hi: float) -> Tensor:
    to = torch.mul(torch.sign(w), torch.unsqueeze(torch.sign(r), 1))
    room = torch.where(torch.gt(to, 0), torch.rsub(t, hi), torch.sub(t, lo))
    room = torch.mul(torch.clamp_min(room, 0), torch.abs(to))
    weight = torch.abs(w)
    reach = torch.mul(weight, room)
    rate = torch.mul(weight, speed)
    need = torch.unsqueeze(torch.abs(r), 1)
    # Newton's method: the way along w is concave in time, so the time only grows, and it is exact once no further value
    # meets its bound.
    moving = torch.gt(room, 0)
    time = torch.zeros_like(need)
    changed = True
    while changed:
      done = torch.sum(torch.masked_fill(reach, moving, 0), [1], True)
      pace = torch.sum(torch.mul(rate, moving), [1], True)
      ahead = torch.clamp_max(torch.div(torch.sub(need, done), torch.clamp_min(pace, 1e-30)), 1e30)
      time = torch.where(torch.gt(pace, 0), torch.maximum(ahead, time), time)
      still = torch.logical_and(moving, torch.lt(torch.mul(speed, time), room))
      changed = torch.__not__(torch.equal(still, moving))
      moving = still
    return torch.mul(torch.minimum(torch.mul(speed, time), room), to)
