package sdk

import "slices"

// keySet holds the keys of one object: a few are found faster in a list, many in a map.
type keySet struct {
	few  [16]string
	many map[string]struct{}
	size int
}

// add tells whether the key was not there yet.
func (s *keySet) add(key string) bool {
	if s.many != nil {
		_, known := s.many[key]
		s.many[key] = struct{}{}
		return !known
	}
	if slices.Contains(s.few[:s.size], key) {
		return false
	}
	if s.size < len(s.few) {
		s.few[s.size] = key
		s.size++
		return true
	}
	s.many = make(map[string]struct{}, 2*len(s.few))
	for _, known := range s.few {
		s.many[known] = struct{}{}
	}
	s.many[key] = struct{}{}
	return true
}
