package sdk

// Entry is one member of a Map.
type Entry[T any] struct {
	Key   string
	Value T
}

// Map is a JSON object whose keys are data. It keeps their order, so that a signed request is always the same bytes.
type Map[T any] []Entry[T]

// Get returns the value of a key and whether it is there.
func (m Map[T]) Get(key string) (T, bool) {
	for _, entry := range m {
		if entry.Key == key {
			return entry.Value, true
		}
	}
	var none T
	return none, false
}

// Set gives a key a value: in its place, or after the last where it is new.
func (m *Map[T]) Set(key string, value T) {
	for index := range *m {
		if (*m)[index].Key == key {
			(*m)[index].Value = value
			return
		}
	}
	*m = append(*m, Entry[T]{Key: key, Value: value})
}

// Index returns the entries as a Go map, for many look-ups.
func (m Map[T]) Index() map[string]T {
	index := make(map[string]T, len(m))
	for _, entry := range m {
		index[entry.Key] = entry.Value
	}
	return index
}

// MarshalJSON writes the object in the entries' order.
func (m Map[T]) MarshalJSON() ([]byte, error) { return Marshal(m) }

// UnmarshalJSON reads an object.
func (m *Map[T]) UnmarshalJSON(data []byte) error { return Unmarshal(data, m) }

func (m Map[T]) entries() {}
