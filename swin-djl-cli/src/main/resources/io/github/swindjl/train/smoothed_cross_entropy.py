# logits (n, classes), labels (n) -> the mean loss times ${share} and scale, to be differentiated,
# and the mean loss itself.
def forward(self, logits: Tensor, labels: Tensor, scale: Tensor) -> List[Tensor]:
  loss = torch.cross_entropy_loss(torch.to(logits, 6), labels, None, 1, -100, ${smoothing})
  return [loss * scale * ${share}, torch.detach(loss)]
