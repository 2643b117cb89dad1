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
