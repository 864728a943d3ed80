enum RPC {}
