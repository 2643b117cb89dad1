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
    # The times at which values meet their bounds, in order; how far along w all have come by then.
    meets, order = torch.sort(torch.div(room, torch.clamp_min(speed, 1e-30)), 1)
    whole = torch.gather(torch.mul(weight, room), 1, order)
    done = torch.sub(torch.cumsum(whole, 1), whole)
    rate = torch.gather(torch.mul(weight, speed), 1, order)
    moving = torch.flip(torch.cumsum(torch.flip(rate, [1]), 1), [1])
    need = torch.unsqueeze(torch.abs(r), 1)
    reached = torch.searchsorted(torch.add(done, torch.mul(meets, moving)), need)
    last = torch.clamp_max(reached, torch.size(t, 1) - 1)
    rest = torch.sub(need, torch.gather(done, 1, last))
    time = torch.div(torch.clamp_min(rest, 0), torch.clamp_min(torch.gather(moving, 1, last), 1e-30))
    time = torch.minimum(time, torch.gather(meets, 1, last))
    return torch.mul(torch.minimum(torch.mul(speed, time), room), to)
