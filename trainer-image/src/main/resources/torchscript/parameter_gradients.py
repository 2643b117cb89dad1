  # Gradients of a loss, one a parameter, each laid out in memory as its parameter is: fused steps read memory as it lies. Where
  # the loss does not depend on a parameter, zeros.
  def parameter_gradients(self: $SELF,
    loss: Tensor) -> List[Tensor]:
    return self.laid_out(torch.autograd.grad([loss], self.parameters(), None, None, False, True), )
  # What autograd found for the parameters, in that form.
  def laid_out(self: $SELF,
    found: List[Optional[Tensor]]) -> List[Tensor]:
    parameters = self.parameters()
    gradients = annotate(List[Tensor], [])
    for i in range(torch.len(parameters)):
      parameter = torch.detach(parameters[i])
      gradient = found[i]
      if torch.__isnot__(gradient, None):
        given = unchecked_cast(Tensor, gradient)
        if torch.eq(torch.stride(given), torch.stride(parameter)):
          torch.append(gradients, given)
        else:
          torch.append(gradients, torch.copy_(torch.empty_like(parameter), given))
      else:
        torch.append(gradients, torch.zeros_like(parameter))
    return gradients
