package sdk

import (
	"encoding/json"
	"sort"
	"strconv"
	"strings"
)

// membersText is a member of a JSON body, or all of it, without punctuation: keys sorted, each followed by its value. It is empty
// where the body is no object, or has no such member.
func membersText(body []byte, name string) []byte {
	var members Map[json.RawMessage]
	if Unmarshal(body, &members) != nil {
		return nil
	}
	if name == "" {
		return runTogether(body)
	}
	member, _ := members.Get(name)
	return runTogether(member)
}

// pairsText is an object in a JSON body, or all of it, as key=value with & between, keys sorted. It is empty where there is none.
func pairsText(body []byte, name string) []byte {
	var members Map[json.RawMessage]
	if Unmarshal(body, &members) != nil {
		return nil
	}
	if name != "" {
		inner, _ := members.Get(name)
		members = nil
		if Unmarshal(inner, &members) != nil {
			return nil
		}
	}
	sort.Slice(members, func(one, other int) bool { return members[one].Key < members[other].Key })
	var joined []byte
	for index, member := range members {
		if index > 0 {
			joined = append(joined, '&')
		}
		joined = append(append(joined, member.Key...), '=')
		if member.Value[0] == '"' {
			joined = append(joined, plainText(member.Value)...)
		} else {
			joined = append(joined, member.Value...)
		}
	}
	return joined
}

func runTogether(value []byte) []byte {
	switch text := strings.TrimSpace(string(value)); {
	case strings.HasPrefix(text, "{"):
		var members Map[json.RawMessage]
		if Unmarshal(value, &members) != nil {
			return nil
		}
		sort.Slice(members, func(one, other int) bool { return members[one].Key < members[other].Key })
		var joined []byte
		for _, member := range members {
			joined = append(append(joined, member.Key...), runTogether(member.Value)...)
		}
		return joined
	case strings.HasPrefix(text, "["):
		var items []json.RawMessage
		if Unmarshal(value, &items) != nil {
			return nil
		}
		var joined []byte
		for _, item := range items {
			joined = append(joined, runTogether(item)...)
		}
		return joined
	case strings.HasPrefix(text, `"`):
		var plain string
		if Unmarshal(value, &plain) != nil {
			return nil
		}
		return []byte(plain)
	default:
		return []byte(text)
	}
}

// percentDecoded takes percent-encoding off; a per cent sign that begins none stays.
func percentDecoded(text []byte) []byte {
	decoded := make([]byte, 0, len(text))
	for at := 0; at < len(text); at++ {
		if text[at] == '%' && at+2 < len(text) {
			if code, err := strconv.ParseUint(string(text[at+1:at+3]), 16, 8); err == nil {
				decoded = append(decoded, byte(code))
				at += 2
				continue
			}
		}
		decoded = append(decoded, text[at])
	}
	return decoded
}
