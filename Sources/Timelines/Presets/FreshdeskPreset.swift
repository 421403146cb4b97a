extension Preset {
    static let freshdesk = Preset(
        name: "freshdesk",
        about: """
            Freshdesk: tickets with their conversations; of the ticket's states the API tells when each began last, and no more.
            """,
        url: """
            https://DOMAIN.freshdesk.com/api/v2/tickets?include=stats&per_page=100&updated_since={since}: the tickets with \
            their stats; without updated_since only those of the last 30 days come
            """,
        text: #"""
            format: json
            page: {link_header: true}
            records: 'body'
            children:
              conversations: {url: '/api/v2/tickets/{it.id}/conversations?per_page=100', records: 'body', page: {link_header: true}}
            map:
              id: 'string(it.id)'
              kind: '"support"'
              opened: 'timestamp(it.created_at)'
              closed: 'it.stats.?closed_at.optMap(t, timestamp(t))'
              updated: 'it.?updated_at.optMap(t, timestamp(t))'
              severity: {of: 'it.priority', table: {"4": S1, "3": S2, "2": S3, "1": S4}}
              customer: {id: 'it.?company_id.optMap(c, string(c))'}
              owner: 'it.?responder_id.optMap(r, string(r))'
              attributes:
                subject: 'it.subject'
                status: {of: 'it.status', table: {"2": open, "3": pending, "4": resolved, "5": closed}, otherwise: other}
                team: 'it.?group_id.optMap(g, string(g))'
              events:
                - at: 'timestamp(it.created_at)'
                  activity: '"opened"'
                  actor: {id: 'it.?requester_id.optMap(r, string(r))', party: '"customer"'}
                  channel: {of: 'it.source', table: {"1": email, "2": portal, "3": phone, "7": chat, "9": widget}, otherwise: other}
                - at: 'it.stats.?first_responded_at.optMap(t, timestamp(t))'
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                - when: 'it.status == 3'
                  at: 'it.stats.?pending_since.optMap(t, timestamp(t))'
                  activity: '"waiting_for_customer"'
                  actor: {party: '"partner"'}
                - at: 'it.stats.?resolved_at.optMap(t, timestamp(t))'
                  activity: '"resolved"'
                  actor: {party: '"partner"'}
                - at: 'it.stats.?reopened_at.optMap(t, timestamp(t))'
                  activity: '"reopened"'
                - at: 'it.stats.?closed_at.optMap(t, timestamp(t))'
                  activity: '"closed"'
                - for: [c in it.conversations]
                  when: '!c.private'
                  at: 'timestamp(c.created_at)'
                  activity: {of: 'c.incoming', table: {"true": customer_replied, "false": customer_update}, otherwise: other}
                  actor:
                    id: 'c.?user_id.optMap(u, string(u))'
                    party: {of: 'c.incoming', table: {"true": customer, "false": partner}}
                  text: 'c.body_text'
            """#)
}
