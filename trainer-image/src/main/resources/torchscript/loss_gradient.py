  # Logits, loss per example, and the gradient of the summed loss with respect to the input.
  def loss_gradient(self: $SELF,
    x: Tensor,
    y: Tensor,
    targets: Tensor,
    loss: int) -> Tuple[Tensor, Tensor, Tensor]:
    xi = torch.requires_grad_(torch.detach(x))
    logits = self.forward(xi, )
    losses = self.example_losses(logits, y, targets, loss, )
    gradient = (torch.autograd.grad([torch.sum(losses)], [xi]))[0]
    # Dense, since callers write into it: the gradient of a sum is one value seen many times.
    dense = torch.contiguous(unchecked_cast(Tensor, gradient))
    return (torch.detach(logits), torch.detach(losses), dense)
  # The same with the mean gradient of several passes, for a model that is random. Logits and losses are those of the last.
  def mean_loss_gradient(self: $SELF,
    x: Tensor,
    y: Tensor,
    targets: Tensor,
    loss: int,
    passes: int) -> Tuple[Tensor, Tensor, Tensor]:
    logits, losses, gradient, = self.loss_gradient(x, y, targets, loss, )
    for i in range(passes - 1):
      logits, losses, g, = self.loss_gradient(x, y, targets, loss, )
      torch.add_(gradient, g)
    if passes > 1:
      torch.div_(gradient, passes)
    return (logits, losses, gradient)
