  # The gradient of each example's cross entropy with respect to it, [N, D], which can be differentiated once more.
  def input_slope(self: $SELF,
    x: Tensor,
    y: Tensor) -> Tensor:
    xi = torch.requires_grad_(torch.detach(x))
    loss = torch.cross_entropy_loss(self.forward(xi, ), y, None, 2)
    slope = (torch.autograd.grad([loss], [xi], None, True, True))[0]
    return torch.flatten(unchecked_cast(Tensor, slope), 1)
  # Cross entropy of the adversarial examples with GradAlign, Andriushchenko and Flammarion 2020, arXiv:2007.02617: the more, the
  # less gradients at the examples and at points near them, one for each, point the same way. Loss and gradients.
  def grad_align(self: $SELF,
    x: Tensor,
    near: Tensor,
    adversarial: List[Tensor],
    y: Tensor,
    weight: float,
    smoothing: float) -> Tuple[Tensor, List[Tensor]]:
    cosine = torch.cosine_similarity(self.input_slope(x, y, ), self.input_slope(near, y, ), 1, 1e-12)
    loss = torch.add(self.mean_cross_entropy(adversarial, y, smoothing, ), torch.rsub(torch.mean(cosine), 1), alpha=weight)
    return (torch.detach(loss), self.parameter_gradients(loss, ))
