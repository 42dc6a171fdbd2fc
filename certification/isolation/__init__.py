"""Where jobs run: in containers where an engine answers, in processes where none does, behind one protocol."""
