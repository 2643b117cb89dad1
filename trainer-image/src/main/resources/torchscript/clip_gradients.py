  # Gradients whose L2 norm, over all of them, is at most max_norm: copies, since autograd may give one tensor for two parameters.
  def clip_gradients(self: $SELF,
    gradients: List[Tensor],
    max_norm: float) -> List[Tensor]:
    length = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)))
    return torch._foreach_mul(gradients, torch.clamp_max(torch.mul(torch.reciprocal(torch.add(length, 1e-6)), max_norm), 1.))
