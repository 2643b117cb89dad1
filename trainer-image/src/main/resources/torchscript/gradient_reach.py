  # How far gradients reach, [1 + parameters] in float64: for x and for each of the parameters the largest magnitude in the
  # gradient of a weighted sum of logits, -1 where none arrives. weights: [classes].
  def gradient_reach(self: $SELF,
    x: Tensor,
    weights: Tensor,
    parameters: List[Tensor]) -> Tensor:
    xi = torch.requires_grad_(torch.detach(x))
    inputs = [xi]
    torch.extend(inputs, parameters)
    found = torch.autograd.grad([torch.sum(torch.mul(self.forward(xi, ), weights))], inputs, None, None, False, True)
    reach = annotate(List[Tensor], [])
    for gradient in found:
      if torch.__isnot__(gradient, None):
        torch.append(reach, torch.to(torch.amax(torch.abs(unchecked_cast(Tensor, gradient))), 7))
      else:
        torch.append(reach, torch.new_full(x, [], -1., dtype=7))
    return torch.stack(reach)
  # Moves the parameters a little, in place and without autograd.
  def jitter(self: $SELF) -> NoneType:
    for p in self.parameters():
      torch.add_(p, torch.randn_like(p), alpha=0.01)
    return None
