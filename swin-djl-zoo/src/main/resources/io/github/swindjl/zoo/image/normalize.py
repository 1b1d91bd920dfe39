# pixels (n, height, width, 3), uint8 -> (n, 3, height, width), float32: (x / 255 - mean) / std
def forward(self, pixels: Tensor) -> Tensor:
  r, g, b = torch.unbind(torch.to(pixels, 6), 3)
  r = (r / 255. - ${mean_r}) / ${std_r}
  g = (g / 255. - ${mean_g}) / ${std_g}
  b = (b / 255. - ${mean_b}) / ${std_b}
  return torch.stack([r, g, b], 1)
