  # From t, the least step to where w . step = r that stays within the range; where none gets there, the one that comes
  # closest. Values move at their own speed until each meets its bound, all for one time. t, w: [N, D]; r: [N]; speed: [N, D],
  # or [1, 1] where all move alike.
  def plane_step(self: $SELF,
    t: Tensor,
    w: Tensor,
    r: Tensor,
    speed: Tensor,
    lo: float,
    hi: float) -> Tensor:
    # Numbers in place of truth values throughout: choosing by those costs twenty times as much.
    to = torch.sign_(torch.mul(w, torch.unsqueeze(torch.sign(r), 1)))
    half = (hi - lo) / 2
    room = torch.clamp_min_(torch.rsub(torch.mul_(torch.sub(t, lo + half), to), half), 0)
    weight = torch.abs(w)
    rate = torch.mul(weight, speed)
    need = torch.unsqueeze(torch.abs(r), 1)
    # Newton's method: the way along w is concave in time, so the time only grows, and it is exact once no further value
    # meets its bound.
    time = torch.zeros_like(need)
    moving = torch.empty_like(w)
    iteration = 0
    growing = True
    while growing:
      way = torch.mul(speed, time)
      torch.gt(room, way, out=moving)
      done = torch.sum(torch.mul_(torch.minimum(room, way), weight), [1], True)
      pace = torch.sum(torch.mul_(moving, rate), [1], True)
      growth = torch.clamp(torch.div(torch.sub(need, done), torch.clamp_min(pace, 1e-30)), 0, 1e30)
      growth = torch.masked_fill(growth, torch.le(pace, 0), 0)
      time = torch.add(time, growth)
      iteration = torch.add(iteration, 1)
      growing = torch.__and__(torch.lt(iteration, 100), bool(torch.any(torch.gt(growth, torch.mul(time, 1e-5)))))
    return torch.mul_(torch.minimum(room, torch.mul(speed, time)), to)
