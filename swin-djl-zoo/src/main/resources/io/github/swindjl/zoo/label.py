# maps (c, h, w) -> (h, w), uint8: the first of the largest; 255 where one of them is not finite.
def forward(self, maps: Tensor) -> Tensor:
  labels = torch.to(torch.argmax(maps, 0), 0)
  return torch.masked_fill(labels, torch.logical_not(torch.isfinite(torch.sum(maps, [0]))), 255)
