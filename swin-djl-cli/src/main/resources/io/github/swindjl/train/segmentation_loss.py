# logits (n, classes, h, w), auxiliary logits of fewer rows and columns, labels (n, H, W) with 255 for
# none -> the loss times ${share} and scale, to be differentiated, and the loss itself. Both means
# are over all pixels, those without a label included.
def forward(self, logits: Tensor, auxiliary: Tensor, labels: Tensor, scale: Tensor) -> List[Tensor]:
  target = torch.to(labels, 4)
  size = [labels.size(1), labels.size(2)]
  pixels = labels.numel()
  main = torch.upsample_bilinear2d(torch.to(logits, 6), size, False, None)
  loss = torch.cross_entropy_loss(main, target, None, 2, 255, 0.0) / pixels
  aside = torch.upsample_bilinear2d(torch.to(auxiliary, 6), size, False, None)
  loss = loss + ${auxiliary} * (torch.cross_entropy_loss(aside, target, None, 2, 255, 0.0) / pixels)
  return [loss * scale * ${share}, torch.detach(loss)]
