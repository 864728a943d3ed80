enum Quantization {}
