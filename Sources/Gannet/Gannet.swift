// What a user imports has the tensors in it too.
@_exported import GannetGraph
