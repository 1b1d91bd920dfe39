# maps (c, h, w) -> (h, w), uint8: the first of the largest.
def forward(self, maps: Tensor) -> Tensor:
  return torch.to(torch.argmax(maps, 0), 0)
