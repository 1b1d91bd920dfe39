# logits (n, classes, h, w), auxiliary logits of fewer rows and columns, labels (n, H, W) with 255 for
# none -> the loss times ${share} and scale, to be differentiated, and the loss itself. Both means
# are over all pixels, those without a label included.
def forward(self, logits: Tensor, auxiliary: Tensor, labels: Tensor, scale: Tensor) -> List[Tensor]:
  target = torch.to(labels, 4)
  loss = self.mean(logits, target) + ${auxiliary} * self.mean(auxiliary, target)
  return [loss * scale * ${share}, torch.detach(loss)]

def mean(self, logits: Tensor, target: Tensor) -> Tensor:
  x = torch.to(logits, 6)
  n, height, width = target.size()
  if ${deterministic}:
    down = self.weights(x, x.size(2), height)
    across = self.weights(x, x.size(3), width)
    x = torch.log_softmax(torch.matmul(torch.matmul(down, x), torch.transpose(across, 0, 1)), 1)
    ignored = torch.unsqueeze(torch.eq(target, 255), 1)
    own = torch.gather(x, 1, torch.masked_fill(torch.unsqueeze(target, 1), ignored, 0))
    loss = torch.neg(torch.sum(torch.masked_fill(own, ignored, 0.)))
  else:
    x = torch.upsample_bilinear2d(x, [height, width], False, None)
    loss = torch.cross_entropy_loss(x, target, None, 2, 255, 0.0)
  return loss / target.numel()

# What each of some places gives to each of others along an axis, (to, from), like x's device.
def weights(self, x: Tensor, from: int, to: int) -> Tensor:
  one = torch.unsqueeze(torch.eye(from, dtype=6, device=x.device), 0)
  return torch.transpose(torch.upsample_linear1d(one, [to], False)[0], 0, 1)
