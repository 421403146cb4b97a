extension Preset {
    static let zendesk = Preset(
        name: "zendesk",
        about: """
            Zendesk Support: tickets, with every change and comment from their audits; the tag 'escalated' tells of an escalation.
            """,
        url: """
            https://SUBDOMAIN.zendesk.com/api/v2/incremental/tickets/cursor.json?start_time=0: an incremental export of \
            tickets, or the list /api/v2/tickets.json?page[size]=100
            """,
        text: #"""
            format: json
            # The end of an incremental export, of pages with a cursor, and of numbered pages.
            page: &pages
              next_url: >-
                body.?end_of_stream.orValue(false) || !body.?meta.?has_more.orValue(true) ? optional.none()
                : body.?after_url.or(body.?links.?next).or(body.?next_page)
            records: 'body.tickets'
            children:
              audits: {url: '/api/v2/tickets/{it.id}/audits.json', records: 'body.audits', page: *pages}
            map:
              id: 'string(it.id)'
              kind: '"support"'
              opened: 'timestamp(it.created_at)'
              # Only a ticket that can no longer be opened again is closed; nothing touches it afterwards.
              closed: 'it.?status == optional.of("closed") ? optional.of(timestamp(it.updated_at)) : optional.none()'
              updated: 'it.?updated_at.optMap(t, timestamp(t))'
              severity: {of: 'it.?priority.orValue("unset")', table: {urgent: S1, high: S2, normal: S3, low: S4}}
              customer: {id: 'it.?organization_id.optMap(o, string(o))'}
              owner: 'it.?assignee_id.optMap(a, string(a))'
              attributes:
                subject: 'it.subject'
                status: 'it.status'
                channel: 'it.via.channel'
              events:
                - at: 'timestamp(it.created_at)'
                  activity: '"opened"'
                  actor: {id: 'it.?requester_id.optMap(r, string(r))', party: '"customer"'}
                  channel: {of: 'it.via.channel', table: {voice: phone}, otherwise: 'it.via.channel'}
                # The first public comment of somebody else than who asked.
                - at: >-
                    it.audits.filter(a, has(it.requester_id) && a.author_id != it.requester_id
                    && a.events.exists(e, e.type == "Comment" && e.public))[?0].optMap(a, timestamp(a.created_at))
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                - for: [a in it.audits, c in a.events]
                  when: 'c.type == "Change" && c.?field_name == optional.of("status")'
                  at: 'timestamp(a.created_at)'
                  activity:
                    of: 'c.value == "open" ? "open after " + c.?previous_value.orValue("new") : c.value'
                    table:
                      open after new: work_started
                      open after pending: work_resumed
                      open after hold: work_resumed
                      open after solved: reopened
                      pending: waiting_for_customer
                      hold: waiting_for_vendor
                      solved: resolved
                      closed: closed
                    otherwise: other
                  actor: &actor
                    id: 'string(a.author_id)'
                    # Rules of the system itself act as user -1.
                    party: >-
                      a.author_id < 0 ? optional.none() : optional.of(it.?requester_id == optional.of(a.author_id)
                      || a.author_id in it.?email_cc_ids.orValue([]) ? "customer" : "partner")
                  channel: &channel {of: 'a.via.channel', table: {voice: phone}, otherwise: 'a.via.channel'}
                  attributes:
                    from: 'c.previous_value'
                    to: 'c.value'
                - for: [a in it.audits, c in a.events]
                  when: 'c.type in ["Create", "Change"] && c.?field_name == optional.of("assignee_id")'
                  at: 'timestamp(a.created_at)'
                  activity:
                    of: '!has(c.value) ? "nobody" : has(c.previous_value) ? "next" : "first"'
                    table: {first: assigned, next: reassigned, nobody: unassigned}
                    otherwise: other
                  actor: *actor
                  attributes:
                    owner: 'c.value'
                - for: [a in it.audits, c in a.events]
                  when: 'c.type in ["Create", "Change"] && c.?field_name == optional.of("group_id") && has(c.value)'
                  at: 'timestamp(a.created_at)'
                  activity: {of: 'has(c.previous_value) ? "next" : "first"', table: {first: routed, next: reassigned}, otherwise: other}
                  actor: *actor
                  attributes:
                    team: 'c.value'
                - for: [a in it.audits, c in a.events]
                  when: >-
                    c.type == "Change" && c.?field_name == optional.of("priority") && has(c.value) && has(c.previous_value)
                    && {"low": 1, "normal": 2, "high": 3, "urgent": 4}[?c.value].orValue(5)
                    < {"low": 1, "normal": 2, "high": 3, "urgent": 4}[?c.previous_value].orValue(0)
                  at: 'timestamp(a.created_at)'
                  activity: '"severity_lowered"'
                  actor: *actor
                - for: [a in it.audits, c in a.events]
                  when: >-
                    c.type in ["Create", "Change"] && c.?field_name == optional.of("tags")
                    && type(c.?value.orValue("")) == list && "escalated" in c.value
                    && !(type(c.?previous_value.orValue("")) == list && "escalated" in c.previous_value)
                  at: 'timestamp(a.created_at)'
                  activity: '"escalated"'
                  actor: *actor
                # Who was answered already wants an answer to the escalation, too.
                - for: [a in it.audits, c in a.events]
                  when: >-
                    c.type == "Change" && c.?field_name == optional.of("tags")
                    && type(c.?value.orValue("")) == list && "escalated" in c.value
                    && !(type(c.?previous_value.orValue("")) == list && "escalated" in c.previous_value)
                    && it.audits.exists(b, b.created_at <= a.created_at && b.author_id != it.requester_id
                    && b.events.exists(e, e.type == "Comment" && e.public))
                  at: >-
                    it.audits.filter(b, b.created_at > a.created_at && b.author_id != it.requester_id
                    && b.events.exists(e, e.type == "Comment" && e.public))[?0].optMap(b, timestamp(b.created_at))
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                - for: [a in it.audits, c in a.events]
                  when: 'c.type == "Comment" && c.public'
                  at: 'timestamp(a.created_at)'
                  activity:
                    of: >-
                      it.?requester_id == optional.of(a.author_id) || a.author_id in it.?email_cc_ids.orValue([])
                      ? "customer" : "partner"
                    table: {customer: customer_replied, partner: customer_update}
                    otherwise: other
                  actor: *actor
                  channel: *channel
                  text: 'c.body'
            """#)
}
