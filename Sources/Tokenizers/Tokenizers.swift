enum Tokenizers {}
