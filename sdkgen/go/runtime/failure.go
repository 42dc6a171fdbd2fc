package sdk

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestWait bounds what Retry-After can ask for.
const longestWait = 365 * 24 * time.Hour

// What exchanges call the code and the message of an error, and where they nest them.
var (
	codeKeys    = []string{"code", "error_code", "errorCode", "err_code", "errCode", "retCode", "ret_code", "errno", "sCode", "status_code"}
	messageKeys = []string{
		"message", "msg", "error_message", "errorMessage", "retMsg", "ret_msg", "sMsg", "error_description", "detail", "description", "reason",
	}
	nestedKeys = []string{"error", "errors", "err", "data", "result"}
)

func (c *core) hidden(body []byte) []byte {
	if c.credentials == nil {
		return body
	}
	text := string(body)
	for _, secret := range []string{c.credentials.Secret, c.credentials.Passphrase, c.credentials.Key} {
		if len(secret) >= 4 {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return []byte(text)
}

// said finds a code or message: under one of the keys, else in what is nested, else (a message) as the text of "error" itself.
func said(text json.RawMessage, keys []string, words bool, depth int) string {
	value, err := shapeOf(text)
	if err != nil || depth > 3 {
		return ""
	}
	if value.isList && len(value.list) > 0 {
		if words && depth > 0 && value.list[0][0] == '"' {
			return plainText(value.list[0])
		}
		return said(value.list[0], keys, words, depth+1)
	}
	members := Map[json.RawMessage]{}
	for _, member := range value.object {
		members = append(members, Entry[json.RawMessage]{Key: member.key, Value: member.value})
	}
	for _, key := range keys {
		if found, ok := members.Get(key); ok && strings.IndexByte("{[tfn", found[0]) < 0 && string(found) != `""` {
			return plainText(found)
		}
	}
	for _, key := range nestedKeys {
		inner, ok := members.Get(key)
		if ok && words && inner[0] == '"' && string(inner) != `""` && strings.HasPrefix(key, "err") {
			return plainText(inner)
		}
		if found := said(inner, keys, words, depth+1); ok && found != "" {
			return found
		}
	}
	return ""
}

// retryAfter reads seconds or a date (RFC 9110, section 10.2.3).
func retryAfter(text string, now time.Time) Optional[time.Duration] {
	text = strings.TrimSpace(text)
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds >= 0 && text[0] >= '0' && text[0] <= '9' {
		return Some(time.Duration(min(seconds, longestWait.Seconds())*1000) * time.Millisecond)
	}
	if moment, err := http.ParseTime(text); err == nil {
		return Some(min(max(moment.Sub(now), 0), longestWait))
	}
	return Optional[time.Duration]{}
}
