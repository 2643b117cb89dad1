  # Moves each parameter of two or more dimensions along its gradient, by gamma times its own L2 norm; in place, to be run without
  # autograd.
  def perturb_weights(self: $SELF,
    gradients: List[Tensor],
    gamma: float) -> NoneType:
    parameters = self.parameters()
    for i in range(torch.len(parameters)):
      parameter = parameters[i]
      if torch.gt(torch.dim(parameter), 1):
        scale = torch.div(torch.linalg_vector_norm(parameter), torch.add(torch.linalg_vector_norm(gradients[i]), 1e-20))
        torch.add_(parameter, torch.mul(gradients[i], torch.mul(scale, gamma)))
      else:
        pass
    return None
